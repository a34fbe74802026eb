"""`python -m cnn_course`: see `cnn_course.grading.cli`."""

import sys

from cnn_course.grading.cli import main

sys.exit(main())

"""The grader: reads a notebook, runs its answers in a process of their own, and judges what comes back.

That process holds no expected value and no verdict, so that nothing in it is worth attacking: it receives arguments,
and the most that it can say is "this is my result". See `worker` for what it may use.
"""

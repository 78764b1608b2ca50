"""What runs in a child process of its own: rendering, binding and opening foreign files.

The folder is started as a program (`python -I konferenz/kinder`), so nothing here imports Django or the rest of the
house; konferenz.kindprozess is the other end of the pipe.
"""

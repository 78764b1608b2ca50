"""The web server as in production: threads, and connections kept longer than a page's polling interval."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
keepalive = 30  # seconds; shorter than a poll every two seconds would reset connections (measured)
timeout = 60  # seconds; a dossier of 200 pages is rendered in a child within 30
max_requests = 2000
max_requests_jitter = 200
accesslog = None  # addresses carry tokens; the proxy in front may log what it likes
control_socket_disable = True  # nothing listens that nobody asked for; the home folder of a container is read-only

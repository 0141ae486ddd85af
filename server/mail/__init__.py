"""Mail: letters are composed and sent by the worker, from jobs that a transaction left."""

"""What is done once, however often and wherever it is asked: answers under a key, names of collections."""

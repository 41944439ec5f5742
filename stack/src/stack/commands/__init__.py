"""One file a command of `python -m stack`: calls, prints; what it calls lies in the rooms below."""

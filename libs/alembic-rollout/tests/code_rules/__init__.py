"""What tests of code and texts judge by; the tests of the whole repository use it too."""

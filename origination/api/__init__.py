"""HTTP: parameters become a question, an answer becomes bytes. Private; hosts include the urls."""

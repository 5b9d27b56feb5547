"""How returns come in and are checked: the form, lists, who is late."""

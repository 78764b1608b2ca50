"""Every deed on votes and motions."""

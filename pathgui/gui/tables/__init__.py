"""Tables on screen: model, order, delegate, header and view."""

"""One small module per rule: read the inputs, call the rooms below, write the outputs, record the event."""

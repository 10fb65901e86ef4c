"""Live sources: what they bring is accepted durably, what they owe is remembered, and what is missing is said."""

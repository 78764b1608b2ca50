"""What an anticipated refusal is."""


class MitgliederError(Exception):
    """A deed on people, seats or links that cannot be done; the sentence is for the user.

    feld: name of the form field it is about («email»), empty for the whole form.
    """

    def __init__(self, satz: str, feld: str = "") -> None:
        super().__init__(satz)
        self.feld = feld

"""Telephone numbers in one form for all. Used by the form fields and by whatever reads a list of people."""

import phonenumbers


def e164(text: str, region: str = "MX") -> str | None:
    """E.164 of a possible number, or None. The Mexican mobile "1" after +52, gone since 2020, is taken away."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if number.country_code == 52 and len(national) == 11 and national.startswith("1"):
        number.national_number = int(national[1:])
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

"""How much a reader may take before it is stopped."""

import msgspec

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds for reading one file. What lies beyond is named in the reading, and stays in the archive all the same."""

    input_bytes: int = 100 * MIB
    memory_bytes: int = 512 * MIB  # address space of the reader, its libraries included
    cpu_seconds: int = 20
    wall_seconds: float = 60.0
    output_bytes: int = 96 * MIB  # all that comes back: text and sound
    text_chars: int = 8_000_000
    places: int = 20_000
    expanded_bytes: int = 256 * MIB  # out of compressed members, in all
    member_bytes: int = 100 * MIB  # out of one compressed member
    members: int = 5_000
    ratio: int = 200  # out of one member, for each byte in, once it is over ratio_from
    ratio_from: int = 10 * MIB
    depth: int = 5  # files in files
    elements_deep: int = 256  # elements in elements
    play_seconds: int = 900

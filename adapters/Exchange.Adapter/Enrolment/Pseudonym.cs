using System.Buffers.Binary;

namespace Exchange.Adapter.Enrolment;

/// <summary>32 bytes as a key of a dictionary.</summary>
readonly record struct Pseudonym(UInt128 Low, UInt128 High)
{
    internal const int Length = 32;

    internal static Pseudonym Of(ReadOnlySpan<byte> stored) =>
        new(BinaryPrimitives.ReadUInt128LittleEndian(stored), BinaryPrimitives.ReadUInt128LittleEndian(stored[16..]));

    public override string ToString() => "(pseudonym)";
}

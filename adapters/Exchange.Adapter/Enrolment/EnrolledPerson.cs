namespace Exchange.Adapter.Enrolment;

/// <summary>A person's key and new pseudonym, 32 bytes.</summary>
readonly record struct EnrolledPerson(string Key, ReadOnlyMemory<byte> Stored)
{
    public override string ToString() => "(person)";
}

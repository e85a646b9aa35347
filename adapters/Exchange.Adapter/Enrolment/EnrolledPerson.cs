namespace Exchange.Adapter.Enrolment;

/// <summary>A person's key and new pseudonym, 32 bytes.</summary>
/// <param name="NumberChanged">The number was officially changed: if the person has another pseudonym, that one is theirs too.</param>
readonly record struct EnrolledPerson(string Key, ReadOnlyMemory<byte> Stored, bool NumberChanged = false)
{
    public override string ToString() => "(person)";
}

namespace Exchange.KeyAuthority.Keys;

/// <param name="Epochs">In force, ascending. More than one while an agency converts its column after an incident.</param>
public sealed record AdmittedAgency(string Agency, IReadOnlyList<ulong> Epochs);

namespace Exchange.Adapter.Doctor;

/// <summary>How something stands.</summary>
public enum Mark
{
    Good,

    /// <summary>It works, and somebody should look at it.</summary>
    Look,

    /// <summary>It does not work, or is not safe.</summary>
    Bad,

    /// <summary>It could not be looked at from here.</summary>
    Unknown,
}

/// <summary>What the questions of a supervising body are about.</summary>
public enum Concern
{
    /// <summary>That it works.</summary>
    Working,

    /// <summary>That systems with residents' data are apart from the Internet and from everybody outside.</summary>
    Separation,

    /// <summary>Measures of security: keys, certificates, rights, journal, copies.</summary>
    Measures,
}

/// <summary>One thing that was looked at. Names files, columns and addresses; nothing of a person.</summary>
/// <param name="Check">Stable, such as <c>certificate-expiry</c>.</param>
/// <param name="Says">What was found, in plain words.</param>
/// <param name="Do">What to do about it; empty when nothing is.</param>
public sealed record Diagnosis(string Check, Concern Concern, Mark Mark, string Says, string Do = "")
{
    public static Diagnosis Good(string check, Concern concern, string says) => new(check, concern, Mark.Good, says);
}

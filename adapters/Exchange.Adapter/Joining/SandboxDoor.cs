using Exchange.Hosting.Joining;
using Exchange.Protocol.Identifiers;
using Exchange.Protocol.Identity;

namespace Exchange.Adapter.Joining;

/// <summary>The door of a sandbox that stays up. Whoever stands behind it certifies, admits and invites whoever asks; outside a sandbox three bodies do that.</summary>
/// <param name="exchange">Its folder of state.</param>
sealed class SandboxDoor(string exchange, string kind)
{
    const string Municipality = "jp.mun.";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(30), look = TimeSpan.FromMilliseconds(200);

    /// <summary>What the door answered; null before.</summary>
    public string? Certificate { get; private set; }

    /// <returns>The file of the invitation.</returns>
    /// <exception cref="InterviewException">Nobody stands behind the door, or it is not opened.</exception>
    public async Task<string> Invite(JoiningFolder folder, Interview ask, TimeProvider time, CancellationToken stop)
    {
        if (!Directory.Exists(Path.Combine(exchange, JoinRequest.Door)))
            throw new InterviewException($"{exchange} is no folder of a sandbox that stays up; start one with: dotnet run --project loadtests/Exchange.Sandbox");
        var agency = ask.Ask("agency", "Id of the agency that joins, such as jp.mun.131032:", null, id => kind == "municipality" && !id.StartsWith(Municipality, StringComparison.Ordinal) ? "a municipality's begins with jp.mun., such as jp.mun.131032" : WrongId(id));
        var name = ask.Ask("name", "Its name, as people say it, such as Minato City:", agency, text => text.Length is > 0 and <= 100 && !text.Any(char.IsControl) ? null : "one line of at most 100 characters");
        Certificates.Request(folder, agency);
        var (invitation, refusal) = (JoinRequest.Invitation(exchange, agency), JoinRequest.Refusal(exchange, agency));
        if (File.Exists(invitation) && Certificates.IsOfOurKey(JoinRequest.CertificateOf(exchange, agency), folder))
        {
            // It was let in before.
            Certificate = JoinRequest.CertificateOf(exchange, agency);
            return invitation;
        }
        File.Delete(refusal);
        File.Delete(invitation);
        new JoinRequest(agency, kind, name, await File.ReadAllTextAsync(folder.Request, stop).ConfigureAwait(false)).Write(JoinRequest.Request(exchange, agency));
        var began = time.GetTimestamp();
        while (!File.Exists(invitation))
        {
            if (File.Exists(refusal))
                throw new InterviewException(await File.ReadAllTextAsync(refusal, stop).ConfigureAwait(false));
            if (time.GetElapsedTime(began) > patience)
                throw new InterviewException($"Nobody opens within {patience.TotalSeconds:0} s. Does the sandbox of {exchange} stay up?");
            await Task.Delay(look, time, stop).ConfigureAwait(false);
        }
        Certificate = JoinRequest.CertificateOf(exchange, agency);
        return invitation;
    }

    static string? WrongId(string id) =>
        !AgencyNames.IsId(id) || !id.Contains('.', StringComparison.Ordinal) ? "lower-case letters, digits, dots and hyphens, such as jp.mun.131032"
        : id.StartsWith(Municipality, StringComparison.Ordinal) && !MunicipalityCode.TryParse(id.AsSpan(Municipality.Length), out _, out _) ? "the id of a municipality ends with its local government code, six digits of which the last is the check digit"
        : null;
}

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Adapter.Calling;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;

namespace Exchange.Adapter.Doctor;

/// <summary>The adapter as it runs: what it says of itself, and one question all the way there and back.</summary>
static class ServingChecks
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Diagnosis>> Serving(AdapterOptions options, CancellationToken stop)
    {
        if (options.Management is not { Port: > 0 } management)
            return [new Diagnosis("serving", Concern.Working, Mark.Unknown, "adapter.yaml has no 'management', so the running adapter cannot be asked how it is.", "Add management: { port: 9465 }.")];
        var address = management.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : management.Address;
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = patience };
            using var response = await http.GetAsync(new Uri($"http://{new IPEndPoint(address, management.Port)}/readyz"), stop).ConfigureAwait(false);
            using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false));
            var failed = page.RootElement.GetProperty("failed").EnumerateArray().Select(check => new Diagnosis(
                "serving", Concern.Working, check.GetProperty("status").GetString() == "degraded" ? Mark.Look : Mark.Bad,
                $"The running adapter says of '{check.GetProperty("check").GetString()}': {check.GetProperty("why").GetString() ?? "it is not well"}.", "Do as it says; its log has more.")).ToList();
            return failed.Count > 0 ? failed : [Diagnosis.Good("serving", Concern.Working, "The adapter is serving, and says that it is well.")];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            return [new Diagnosis("serving", Concern.Working, Mark.Bad, "The adapter is not serving: nobody can ask this agency, and it can ask nobody.", "Start it: serve --config adapter.yaml, or the service.")];
        }
    }

    /// <param name="callerKey">Null: nobody is asked.</param>
    public static async Task<Diagnosis> RoundTrip(AdapterOptions options, string? caller, string? callerKey, TimeProvider time, CancellationToken stop)
    {
        if (options.Canary is not { } canary)
            return new Diagnosis("round-trip", Concern.Working, Mark.Unknown, "No 'canary' is named in adapter.yaml, so no question was tried.", "Agree with a provider on a person who does not exist, and name them under 'canary'.");
        if (callerKey is null)
            return new Diagnosis("round-trip", Concern.Working, Mark.Unknown, "No question was tried, since nobody was named to ask it.", "Run doctor with --caller and --caller-key.");
        try
        {
            var call = LocalCall.OfAdapter(options, caller, callerKey, time);
            using var channel = call.Open();
            var question = new PersonQuestion(canary.Person, canary.Provider, canary.Task, canary.DataSet, canary.Question, "doctor", "doctor", null);
            var told = await new LookupCaller(channel, call.Headers(), time).Ask(question, waits: false, stop).ConfigureAwait(false);
            return told.Record is not null
                ? Diagnosis.Good("round-trip", Concern.Working, string.Create(CultureInfo.InvariantCulture, $"A question about the canary person went to {told.Provider} and came back with a record after {told.Journey?.Took?.ToTimeSpan().TotalMilliseconds ?? 0:0} ms ({told.Journey?.Kind})."))
                : new Diagnosis("round-trip", Concern.Working, Mark.Bad, $"The question about the canary person was answered {told.Outcome}. {told.Message}".TrimEnd(), ToldAnswer.IsAnswer(told.Outcome) ? "Look that the canary person is enrolled here and there, and has the record." : "");
        }
        catch (Exception e) when (e is LocalApiException or SecretFileException or CryptographicException or ConfigurationException or IOException)
        {
            return new Diagnosis("round-trip", Concern.Working, Mark.Bad, $"The question about the canary person could not be put: {e.Message}");
        }
    }
}

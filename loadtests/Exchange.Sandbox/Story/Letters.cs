using Agency.V1;
using Exchange.Sandbox.Calls;
using Exchange.Sandbox.Files;
using Google.Protobuf.WellKnownTypes;
using Spectre.Console;
using Status = Agency.V1.Status;

namespace Exchange.Sandbox.Story;

/// <summary>The tax agency is away; a question waits for it at the hub, through the death of everybody concerned.</summary>
static class Letters
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60), pause = TimeSpan.FromMilliseconds(200);

    public static async Task Tell(Scene scene, CancellationToken cancelled)
    {
        var tell = scene.Narrator;
        var (tax, resident) = (scene.Folder.Agency(ExchangePlan.Tax), scene.NextResident());
        tell.Chapter("The tax agency is away: Chiyoda leaves its question as a letter");
        await scene.Answered(scene.Chiyoda, scene.IncomeOf(resident), Status.Found, cancelled).ConfigureAwait(false);
        await scene.Exchange.Kill(tax.Id).ConfigureAwait(false);
        var refused = await Refused(scene, scene.IncomeOf(resident), cancelled).ConfigureAwait(false);
        tell.Say($"Asked at once it is refused: [yellow]{refused.Reason}[/]. {Markup.Escape(refused.Detail)}");
        var left = await scene.Chiyoda.Submit(new SubmitRequest { Lookup = scene.IncomeOf(resident), Wait = Duration.FromTimeSpan(TimeSpan.FromDays(3)) }, cancelled).ConfigureAwait(false);
        Scene.Expect(left.State == "WAITING", $"The letter is {left.State} where WAITING was due.");
        tell.Say($"As a letter it is [bold]{left.State}[/] until {left.Expires.ToDateTime():yyyy-MM-dd HH:mm} UTC, sealed for the tax agency's mailbox; letter {Words.Short(Convert.FromHexString(left.Id))}.");

        tell.Chapter("Chiyoda's adapter is killed as well; then both come back");
        await scene.Exchange.Kill(scene.Chiyoda.Agency.Id).ConfigureAwait(false);
        await scene.Exchange.StartAgency(scene.Chiyoda.Agency, cancelled).ConfigureAwait(false);
        await scene.Exchange.StartAgency(tax, cancelled).ConfigureAwait(false);
        var started = scene.Time.GetTimestamp();
        Letter letter;
        while ((letter = await scene.Chiyoda.LetterOf(left.Id, cancelled).ConfigureAwait(false)).State is "WAITING" or "LEAVING")
        {
            Scene.Expect(scene.Time.GetElapsedTime(started) < patience, "The letter was not answered within a minute after the tax agency was back.");
            await Task.Delay(pause, scene.Time, cancelled).ConfigureAwait(false);
        }
        Scene.Expect(letter is { State: "ANSWERED", Answer.Status: Status.Found }, $"The letter is {letter.State} {letter.Reason} where an answer was due.");
        tell.Say("The tax agency has collected and answered it, Chiyoda has collected the answer:");
        tell.Show(Views.Answer(new Call(scene.IncomeOf(resident), letter.Answer, null, TimeSpan.Zero, "")));
        tell.Say($"One answer, and one entry in the hub's log: {Views.Entry(scene.HubLog.Find(left.Id), null)}.");
        await scene.Chiyoda.Forget(left.Id, cancelled).ConfigureAwait(false);
    }

    /// <summary>Until the hub knows that the agency is gone.</summary>
    static async Task<Problem> Refused(Scene scene, LookupRequest request, CancellationToken cancelled)
    {
        var started = scene.Time.GetTimestamp();
        while (true)
        {
            if (await scene.Chiyoda.Ask(request, cancelled).ConfigureAwait(false) is { Problem: { } problem })
                return problem;
            Scene.Expect(scene.Time.GetElapsedTime(started) < patience, "The tax agency answers though it was killed.");
            await Task.Delay(pause, scene.Time, cancelled).ConfigureAwait(false);
        }
    }
}

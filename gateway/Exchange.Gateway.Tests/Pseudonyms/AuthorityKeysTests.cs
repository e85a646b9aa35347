using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Secrets;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Exchange.Gateway.Tests.Pseudonyms.HubWithAuthority;

namespace Exchange.Gateway.Tests.Pseudonyms;

public sealed class AuthorityKeysTests
{
    [Fact]
    public async Task What_was_fetched_translates_between_the_agencies()
    {
        await using var hub = await Start(A, B);
        Assert.Null(await hub.Fetched.Refresh(default));
        using var keys = hub.Keys.Read();
        using var a = keys.Scalar(A, 1);
        using var b = keys.Scalar(B, 1);
        var z = new byte[32];
        Assert.True(hub.Translator.TryTranslate(A, 1, B, 1, a.PublicPoint(), z));
        Assert.Equal(b.PublicPoint(), z);
        Assert.True(hub.Translator.TryTranslate(B, 1, A, 1, z, z));
        Assert.Equal(a.PublicPoint(), z);
    }

    [Fact]
    public async Task A_missing_key_and_a_malformed_point_are_told_apart()
    {
        await using var hub = await Start(A, B);
        Assert.Null(await hub.Fetched.Refresh(default));
        var z = RandomPoint();
        Assert.False(hub.Translator.TryTranslate(A, 2, B, 1, RandomPoint(), z));
        Assert.Equal(new byte[32], z);
        Assert.False(hub.Translator.HasKey(A, 2));
        Assert.False(hub.Translator.HasKey("jp.pension", 1));
        Assert.True(hub.Translator.HasKey(A, 1));
        foreach (var bad in new[] { new byte[32], [.. Enumerable.Repeat((byte)0xff, 32)], new byte[31], [] })
            Assert.False(hub.Translator.TryTranslate(A, 1, B, 1, bad, z));
    }

    [Fact]
    public async Task The_hub_starts_and_translates_while_the_authority_is_off()
    {
        await using var hub = await Start(A, B);
        Assert.Null(await hub.Fetched.Refresh(default));
        await hub.StopAuthority();
        hub.Restart();
        Assert.Equal(Reason.AuthorityUnavailable, (await hub.Fetched.Refresh(default))!.Reason);
        Assert.True(hub.Translator.TryTranslate(A, 1, B, 1, RandomPoint(), new byte[32]));
        Assert.Equal(3ul, hub.Fetched.Commitments!.Version);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(hub.Options.TranslationKeysFile));
    }

    [Fact]
    public async Task An_admitted_agency_can_be_translated_after_the_next_refresh()
    {
        await using var hub = await Start(A);
        Assert.Null(await hub.Fetched.Refresh(default));
        Assert.False(hub.Translator.HasKey(B, 1));
        hub.Keys.Admit(B, TimeProvider.System);
        Assert.Null(await hub.Fetched.Refresh(default));
        Assert.True(hub.Translator.HasKey(B, 1));
        Assert.Equal(3ul, hub.Fetched.Commitments!.Version);
    }

    [Fact]
    public async Task Neither_older_commitments_nor_an_earlier_generation_replace_what_is_in_force()
    {
        await using var hub = await Start(A, B);
        Assert.Null(await hub.Fetched.Refresh(default));
        // A backup of the key file from before the second admission.
        File.WriteAllText(hub.Keys.Path, File.ReadAllText(hub.Keys.Path).Replace("\"commitments_version\": 3", "\"commitments_version\": 2", StringComparison.Ordinal));
        Assert.Equal(Reason.CommitmentsInvalid, (await hub.Fetched.Refresh(default))!.Reason);
        Assert.Equal(3ul, hub.Fetched.Commitments!.Version);

        File.WriteAllText(hub.Keys.Path, File.ReadAllText(hub.Keys.Path)
            .Replace("\"commitments_version\": 2", "\"commitments_version\": 30", StringComparison.Ordinal).Replace("\"generation\": 1", "\"generation\": 5", StringComparison.Ordinal));
        Assert.Null(await hub.Fetched.Refresh(default));
        Assert.Equal(5ul, hub.Translator.Generation);
        File.WriteAllText(hub.Keys.Path, File.ReadAllText(hub.Keys.Path).Replace("\"generation\": 5", "\"generation\": 4", StringComparison.Ordinal));
        Assert.Equal(Reason.CommitmentsInvalid, (await hub.Fetched.Refresh(default))!.Reason);
        Assert.Equal(5ul, hub.Translator.Generation);
        hub.Restart();
        Assert.Equal(Reason.CommitmentsInvalid, (await hub.Fetched.Refresh(default))!.Reason);
        Assert.Equal(5ul, hub.Translator.Generation);
    }

    [Fact]
    public async Task An_authority_set_up_for_another_hub_is_refused()
    {
        await using var hub = await Start(A);
        await hub.StopAuthority();
        var other = new KeyFile(hub.Path("other.json"));
        other.Create(RandomPoint());
        await hub.StartAuthority(other);
        Assert.Equal(Reason.CommitmentsInvalid, (await hub.Fetched.Refresh(default))!.Reason);
        Assert.Null(hub.Fetched.Commitments);
        Assert.Equal(0, hub.Translator.Count);
    }

    [Fact]
    public async Task A_disk_that_takes_no_writes_leaves_in_force_what_was_and_is_tried_again()
    {
        await using var hub = await Start(A);
        Assert.Null(await hub.Fetched.Refresh(default));
        hub.Keys.Admit(B, TimeProvider.System);

        Block(hub.Options.TranslationKeysFile);
        Assert.Equal(Reason.Internal, (await hub.Fetched.Refresh(default))!.Reason);
        Assert.Contains("cannot be kept", hub.Fetched.Trouble, StringComparison.Ordinal);
        Assert.True(hub.Translator.HasKey(A, 1));
        Assert.False(hub.Translator.HasKey(B, 1));
        Unblock(hub.Options.TranslationKeysFile);

        Block(hub.Options.CommitmentsFile);
        Assert.Equal(Reason.Internal, (await hub.Fetched.Refresh(default))!.Reason);
        Assert.True(hub.Translator.HasKey(B, 1));
        Assert.Equal(2ul, hub.Fetched.Commitments!.Version);
        Unblock(hub.Options.CommitmentsFile);

        Assert.Null(await hub.Fetched.Refresh(default));
        Assert.Null(hub.Fetched.Trouble);
        Assert.Equal(3ul, hub.Fetched.Commitments!.Version);
        hub.Restart();
        Assert.True(hub.Translator.HasKey(B, 1));
    }

    [Fact]
    public async Task An_authority_that_answers_nonsense_or_a_full_disk_does_not_end_the_regular_asking()
    {
        await using var hub = await Start(A);
        var time = new FakeTimeProvider();
        using var refresh = new AuthorityRefresh(hub.Fetched, hub.Options, time, NullLogger<AuthorityRefresh>.Instance);
        await hub.StopAuthority();
        await hub.StartNonsense();
        Assert.Equal((Reason.Unspecified, 0u), ((await hub.Fetched.Refresh(default))!.Reason, (await hub.Fetched.Refresh(default))!.RetryAfterMs));
        await refresh.StartAsync(CancellationToken.None);
        await PassTimeUntil(() => hub.Nonsense > 3);
        Assert.False(refresh.ExecuteTask!.IsCompleted);
        await hub.StopAuthority();
        Block(hub.Options.TranslationKeysFile);
        await hub.StartAuthority();
        await PassTimeUntil(() => hub.Fetched.Trouble?.Contains("cannot be kept", StringComparison.Ordinal) == true);
        Unblock(hub.Options.TranslationKeysFile);

        await PassTimeUntil(() => hub.Translator.HasKey(A, 1));

        await refresh.StopAsync(CancellationToken.None);
        Assert.Null(hub.Fetched.Trouble);

        async Task PassTimeUntil(Func<bool> holds)
        {
            using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (!holds())
            {
                time.Advance(hub.Options.RefreshInterval);
                // The channel backs off by the clock of the machine before it dials again.
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, enough.Token);
            }
        }
    }

    [Fact]
    public async Task Damaged_or_exposed_files_and_another_scalar_are_refused_at_the_start()
    {
        await using var hub = await Start(A);
        Assert.Null(await hub.Fetched.Refresh(default));
        using var other = SecretScalar.Random();
        Assert.Throws<SecretFileException>(() => hub.Restart(other));
        var good = File.ReadAllBytes(hub.Options.TranslationKeysFile);
        foreach (var damaged in new[] { good[..^1], [], [.. good, 1, 2, 3] })
        {
            SecretFile.Write(hub.Options.TranslationKeysFile, damaged, overwrite: true);
            Assert.Contains("damaged", Assert.Throws<SecretFileException>(() => hub.Restart()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_hubs_scalar_is_made_once_and_read_back()
    {
        await using var hub = await Start();
        HubScalarFile.Create(hub.Path("hub.scalar"), hub.Path("hub.point"));
        using var h = HubScalarFile.Read(hub.Path("hub.scalar"));
        Assert.Equal(Convert.ToHexStringLower(h.PublicPoint()), File.ReadAllText(hub.Path("hub.point")).Trim());
        Assert.Throws<SecretFileException>(() => HubScalarFile.Create(hub.Path("hub.scalar"), hub.Path("hub.point")));
        foreach (var bad in new[] { "", "00", new string('0', 64), new string('f', 64), new string('x', 64) })
        {
            SecretFile.Write(hub.Path("hub.scalar"), System.Text.Encoding.ASCII.GetBytes(bad), overwrite: true);
            Assert.Throws<SecretFileException>(() => HubScalarFile.Read(hub.Path("hub.scalar")));
        }
    }

    /// <summary>A folder in its place: nothing can be written there, whoever runs the test.</summary>
    static void Block(string file)
    {
        File.Delete(file);
        System.IO.Directory.CreateDirectory(Path.Combine(file, "in the way"));
    }

    static void Unblock(string file) => System.IO.Directory.Delete(file, recursive: true);
}

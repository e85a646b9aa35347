using Exchange.Gateway.Pseudonyms;
using Exchange.Hosting.Secrets;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Pseudonyms;
using Exchange.V1;
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
}

using Exchange.Hosting.Secrets;
using Exchange.KeyAuthority.Keys;
using Exchange.Protocol.Pseudonyms;

namespace Exchange.KeyAuthority.Tests.Keys;

public sealed class KeyFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly SecretScalar h = SecretScalar.Random();

    string Path => folder["authority.json"];

    public void Dispose()
    {
        h.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_new_file_is_its_owners_alone_and_admits_nobody()
    {
        var file = Create();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        using var keys = file.Read();
        Assert.Equal(1ul, keys.Commitments.Version);
        Assert.Equal(h.PublicPoint(), keys.Commitments.HubPoint.ToByteArray());
        Assert.Empty(keys.Commitments.Agencies);
        Assert.Null(keys.Find("jp.tax"));
    }

    [Fact]
    public void It_is_never_overwritten_by_a_second_creation()
    {
        var file = Create();
        var before = File.ReadAllBytes(Path);
        Assert.Throws<SecretFileException>(() => file.Create(h.PublicPoint()));
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Fact]
    public void An_admission_raises_the_version_and_adds_the_agencys_point()
    {
        var file = Create();
        Assert.True(file.Admit("jp.tax", TimeProvider.System));
        Assert.True(file.Admit("jp.mun.131016", TimeProvider.System));
        using var keys = file.Read();
        Assert.Equal(3ul, keys.Commitments.Version);
        Assert.Equal(["jp.mun.131016", "jp.tax"], keys.Commitments.Agencies.Select(one => one.Agency));
        using var scalar = keys.Scalar("jp.tax", 1);
        Assert.Equal(scalar.PublicPoint(), keys.Commitments.Agencies[1].Point.ToByteArray());
    }

    [Fact]
    public void Admitting_an_agency_twice_changes_nothing()
    {
        var file = Create();
        Assert.True(file.Admit("jp.tax", TimeProvider.System));
        var before = File.ReadAllBytes(Path);
        Assert.False(file.Admit("jp.tax", TimeProvider.System));
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Translation_keys_convert_between_the_agencies_own_scalars()
    {
        var file = Create();
        file.Admit("jp.tax", TimeProvider.System);
        file.Admit("jp.mun.131016", TimeProvider.System);
        using var keys = file.Read();
        var translation = keys.TranslationKeys();
        Assert.Equal(1ul, translation.Generation);
        using var municipality = new SecretScalar(translation.Keys.Single(one => one.Agency == "jp.mun.131016").Key.Span);
        using var tax = new SecretScalar(translation.Keys.Single(one => one.Agency == "jp.tax").Key.Span);
        using var scalar = keys.Scalar("jp.mun.131016", 1);
        using var expected = keys.Scalar("jp.tax", 1);
        var point = new byte[32];
        Assert.True(Translation.TryApply(Translation.Key(municipality, tax), scalar.PublicPoint(), point));
        Assert.Equal(expected.PublicPoint(), point);
        // The hub is given m * a, never a.
        Assert.NotEqual(scalar.Bytes.ToArray(), municipality.Bytes.ToArray());
    }

    [Fact]
    public void A_file_others_may_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        var file = Create();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<SecretFileException>(file.Read).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("\"generation\": 1", "\"generation\": 0")]
    [InlineData("\"generation\": 1", "\"generation\": 1, \"surprise\": 2")]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("\"mk\": \"", "\"mk\": \"00")]
    [InlineData("\"mk\": \"", "\"mk\": \"xx")]
    [InlineData("\"hub_point\": \"", "\"hub_point\": \"00")]
    [InlineData("\"agencies\": []", "\"agencies\": [{\"agency\": \"JP\", \"epochs\": [1]}]")]
    [InlineData("\"agencies\": []", "\"agencies\": [{\"agency\": \"jp\", \"epochs\": []}]")]
    [InlineData("\"agencies\": []", "\"agencies\": [{\"agency\": \"jp\", \"epochs\": [2, 1]}]")]
    [InlineData("\"agencies\": []", "\"agencies\": [{\"agency\": \"b\", \"epochs\": [1]}, {\"agency\": \"a\", \"epochs\": [1]}]")]
    public void A_malformed_file_is_refused_without_showing_what_is_in_it(string find, string replace)
    {
        var file = Create();
        var text = File.ReadAllText(Path);
        var mk = text.Split("\"mk\": \"")[1][..64];
        SecretFile.Write(Path, System.Text.Encoding.UTF8.GetBytes(find.Length == 0 ? "" : text.Replace(find, replace, StringComparison.Ordinal)), overwrite: true);
        var refused = Assert.Throws<SecretFileException>(file.Read);
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(mk, refused.ToString(), StringComparison.Ordinal);
    }

    KeyFile Create()
    {
        var file = new KeyFile(Path);
        file.Create(h.PublicPoint());
        return file;
    }
}

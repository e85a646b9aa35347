using System.Text;
using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Secrets;

namespace Exchange.Adapter.Tests.Enrolment;

public sealed class AgencyKeysTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("keys-").FullName;

    string FilePath => Path.Combine(folder, "keys.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Keys_are_made_once_and_read_back_the_same()
    {
        AgencyKeys.Create(FilePath);
        using var first = AgencyKeys.Read(FilePath);
        using var second = AgencyKeys.Read(FilePath);
        Assert.Equal(first.Closing.Bytes.ToArray(), second.Closing.Bytes.ToArray());
        Assert.Equal(first.HandleRoot.ToArray(), second.HandleRoot.ToArray());
        Assert.NotEqual(first.CacheNameKey.ToArray(), first.CacheSealKey.ToArray());
        Assert.Throws<SecretFileException>(() => AgencyKeys.Create(FilePath));
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2")]
    [InlineData("\"closing\": \"", "\"closing\": \"00")]
    [InlineData("\"handle_root\": \"", "\"handle_root\": null, \"closing_id\": \"")]
    [InlineData("\"cache_name_key\": \"", "\"cache_name_key\": \"zz")]
    [InlineData("\"cache_seal_key\": \"", "\"unknown\": 1, \"cache_seal_key\": \"")]
    [InlineData("{", "")]
    public void A_malformed_file_is_refused_without_showing_what_is_in_it(string find, string replace)
    {
        AgencyKeys.Create(FilePath);
        var text = File.ReadAllText(FilePath);
        SecretFile.Write(FilePath, Encoding.UTF8.GetBytes(text.Replace(find, replace, StringComparison.Ordinal)), overwrite: true);
        var refused = Assert.Throws<SecretFileException>(() => AgencyKeys.Read(FilePath));
        Assert.DoesNotContain(text.Split("\"closing\": \"")[1][..64], refused.ToString(), StringComparison.Ordinal);
    }
}

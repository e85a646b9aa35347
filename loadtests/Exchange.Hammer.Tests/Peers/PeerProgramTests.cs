using Exchange.Hammer.Parties;
using Exchange.Hammer.Peers;

namespace Exchange.Hammer.Tests.Peers;

public class PeerProgramTests
{
    [Fact]
    public async Task What_is_not_installed_is_named_with_how_to_install_it()
    {
        var failure = await Assert.ThrowsAsync<ChildFailedException>(() => PeerProgram.Installed("no-such-proxy", "-v", [], default));

        Assert.Equal("no-such-proxy is not installed; on Debian: apt-get install no-such-proxy", failure.Message);
    }
}

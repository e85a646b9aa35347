using System.Net;
using System.Text;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Secrets;

namespace Exchange.Adapter.Connection;

/// <summary>
/// The HTTP proxy through which an agency reaches the hub. It is asked for a tunnel (CONNECT, RFC 9110 section 9.3.6) and
/// sees the hub's name and how much is said; TLS is between adapter and hub, and a proxy that breaks it open is refused.
/// </summary>
/// <param name="User">Null: it asks for nobody's name.</param>
/// <param name="PasswordFile">Mode 0600.</param>
public sealed record HubProxy(Uri Address, string? User = null, string? PasswordFile = null)
{
    /// <summary><c>proxy: http://proxy.town.example:8080</c>, or a map with <c>address</c>, <c>user</c> and <c>password_file</c>; null when there is none.</summary>
    public static HubProxy? Read(YamlMap map, string folder)
    {
        if (!map.Has("proxy"))
        {
            map.OptionalText("proxy");
            return null;
        }
        if (!map.HoldsMap("proxy"))
            return AddressOf(map, "proxy") is { } plain ? new HubProxy(plain) : null;
        var proxy = map.Map("proxy")!;
        var address = AddressOf(proxy, "address");
        var (user, file) = (proxy.OptionalText("user"), proxy.OptionalText("password_file"));
        if (user is null != file is null)
            proxy.Report("address", "'user' and 'password_file' go together");
        proxy.RefuseUnknownKeys();
        return address is null ? null : new HubProxy(address, user, file is null ? null : Path.GetFullPath(file, folder));
    }

    /// <exception cref="SecretFileException">The password is absent or open to others.</exception>
    public IWebProxy Open() => new WebProxy(Address)
    {
        Credentials = User is null ? null : new NetworkCredential(User, Encoding.UTF8.GetString(SecretFile.Read(PasswordFile!)).Trim()),
    };

    static Uri? AddressOf(YamlMap map, string key)
    {
        var text = map.Text(key);
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp && address is { UserInfo: "", PathAndQuery: "/" })
            return address;
        if (text.Length > 0)
            map.Report(key, $"'{key}' is no address of a proxy; write one such as http://proxy.town.example:8080, and a user beside it");
        return null;
    }
}

using System.Net;

namespace Exchange.Hosting.Configuration;

/// <summary>Values that say where something is: files, folders, addresses.</summary>
public static class YamlPlaces
{
    /// <summary>A path, relative to the folder unless it is absolute.</summary>
    public static string Path(this YamlMap map, string key, string folder)
    {
        var text = map.Text(key);
        return text.Length == 0 ? "" : System.IO.Path.GetFullPath(text, folder);
    }

    /// <summary>A path of a file that exists.</summary>
    public static string File(this YamlMap map, string key, string folder)
    {
        var path = map.Path(key, folder);
        if (path.Length > 0 && !System.IO.File.Exists(path))
            map.Report(key, $"'{key}' names {path}, which does not exist");
        return path;
    }

    public static string? OptionalFile(this YamlMap map, string key, string folder) =>
        map.OptionalText(key) is null ? null : map.File(key, folder);

    /// <summary>ADDRESS:PORT, such as <c>127.0.0.1:7443</c> or <c>[::]:7443</c>; port 0 takes a free one.</summary>
    public static IPEndPoint EndPoint(this YamlMap map, string key, IPEndPoint? otherwise = null)
    {
        var text = otherwise is null ? map.Text(key) : map.OptionalText(key);
        if (string.IsNullOrEmpty(text))
            return otherwise ?? new IPEndPoint(IPAddress.Loopback, 0);
        if (text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endPoint))
            return endPoint;
        map.Report(key, $"'{key}' is '{text}'; write ADDRESS:PORT, such as 127.0.0.1:7443");
        return otherwise ?? new IPEndPoint(IPAddress.Loopback, 0);
    }

    /// <summary>An https address, such as <c>https://hub.example:7443</c>; null when the key is absent.</summary>
    public static Uri? OptionalAddress(this YamlMap map, string key)
    {
        var text = map.OptionalText(key);
        return text is null ? null : Address(map, key, text);
    }

    /// <summary>One or more https addresses.</summary>
    public static IReadOnlyList<Uri> Addresses(this YamlMap map, string key)
    {
        var texts = map.Texts(key);
        if (texts.Count == 0)
            map.Report(key, $"'{key}' is missing; write an address such as https://hub.example:7443");
        return [.. texts.Select(text => Address(map, key, text)).OfType<Uri>()];
    }

    static Uri? Address(YamlMap map, string key, string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps)
            return address;
        map.Report(key, $"'{key}' is '{text}'; write an address such as https://hub.example:7443");
        return null;
    }
}

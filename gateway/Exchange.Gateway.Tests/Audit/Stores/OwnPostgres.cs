using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Exchange.Gateway.Tests.Audit.Stores;

/// <summary>A PostgreSQL server of a test's own, which it may kill.</summary>
sealed class OwnPostgres : IAsyncDisposable
{
    readonly string programs = Servers.PostgresPrograms;
    readonly string folder = System.IO.Directory.CreateTempSubdirectory("exchange-postgres-").FullName;
    readonly int port = FreePort();

    OwnPostgres()
    {
    }

    public string ConnectionString => $"Host=127.0.0.1;Port={port};Username=exchange;Database=postgres";

    /// <param name="settings">Such as <c>fsync=off</c>.</param>
    public static async Task<OwnPostgres> Begin(params string[] settings)
    {
        var server = new OwnPostgres();
        // initdb and postgres refuse to run as root.
        if (Environment.IsPrivilegedProcess)
            await Run("chown", "postgres", server.folder);
        await server.RunAs("initdb", "--pgdata", server.Data, "--username", "exchange", "--auth", "trust", "--encoding", "UTF8", "--no-sync");
        await File.AppendAllLinesAsync(Path.Combine(server.Data, "postgresql.conf"),
            ["listen_addresses = '127.0.0.1'", $"port = {server.port}", $"unix_socket_directories = '{server.folder}'", .. settings]);
        await server.Start();
        return server;
    }

    public Task Start() => RunAs("pg_ctl", "--pgdata", Data, "--log", Path.Combine(folder, "log"), "--wait", "start");

    /// <summary>As when it crashes: nothing is finished, nobody is told.</summary>
    public Task Kill() => RunAs("pg_ctl", "--pgdata", Data, "--mode", "immediate", "--wait", "stop");

    /// <summary>A tablespace named small on a disk of that size, which is given by mounting memory.</summary>
    public async Task AddSmallDisk(string size)
    {
        System.IO.Directory.CreateDirectory(Small);
        var mount = await Exit("mount", "-t", "tmpfs", "-o", $"size={size},mode=0777", "tmpfs", Small);
        Assert.SkipUnless(mount == 0, "needs to be allowed to mount memory as a disk");
        await Run("chown", "postgres", Small);
    }

    public Task Enlarge(string size) => Run("mount", "-o", $"remount,size={size}", Small);

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await Kill();
        if (System.IO.Directory.Exists(Small))
            await Exit("umount", Small);
        System.IO.Directory.Delete(folder, recursive: true);
    }

    public string Small => Path.Combine(folder, "small");

    string Data => Path.Combine(folder, "data");

    Task RunAs(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? Run("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", Path.Combine(programs, program), .. arguments])
        : Run(Path.Combine(programs, program), arguments);

    static async Task Run(string program, params string[] arguments) =>
        Assert.True(await Exit(program, arguments) == 0, $"{program} {string.Join(' ', arguments)} did not succeed");

    static async Task<int> Exit(string program, params string[] arguments)
    {
        // A server that is started keeps what it is given open, so what is said goes nowhere.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

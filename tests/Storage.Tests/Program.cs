namespace Portal.Storage.Tests;

/// <summary>
/// The other process: <c>write &lt;setting&gt;</c> writes until it is killed and prints what was
/// acknowledged; <c>lock &lt;setting&gt;</c> holds the process lock.
/// </summary>
public static class Program
{
    private const int Writers = 8;

    public static async Task Main(string[] arguments)
    {
        await using var database = Database.Open(arguments[1]);
        if (arguments[0] == "lock")
        {
            await database.AcquireProcessLockAsync();
            await Console.Out.WriteLineAsync("held");
            await Console.In.ReadLineAsync();
            return;
        }

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteForEverAsync(database, writer)));
    }

    private static async Task WriteForEverAsync(Database database, int writer)
    {
        for (var number = 0; ; number++)
        {
            var id = $"{writer}-{number}";
            await database.WriteAsync(Things.Add(id, "first", "second"));
            lock (Console.Out) Console.Out.WriteLine(id);
        }
    }
}

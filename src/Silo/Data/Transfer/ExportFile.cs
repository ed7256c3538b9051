namespace Portal.Silo.Data.Transfer;

/// <summary>An export on a disk: whole under its name or not there at all, readable by its owner only, never written over
/// another.</summary>
public static class ExportFile
{
    private const string Unfinished = ".partial";

    /// <summary>Writes it.</summary>
    /// <exception cref="TransferRefusedException">There is such a file, or another export is writing it.</exception>
    public static async Task<TransferSummary> WriteAsync(string path, Func<Stream, Task<TransferSummary>> write)
    {
        if (File.Exists(path)) throw new TransferRefusedException($"The file '{path}' exists: an export writes over none.");
        var partial = path + Unfinished;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        // It holds everything about everybody.
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        FileStream stream;
        try
        {
            stream = new FileStream(partial, options);
        }
        catch (IOException) when (File.Exists(partial))
        {
            throw new TransferRefusedException(
                $"The file '{partial}' exists: another export is writing it, or one was cut off; then remove it.");
        }

        try
        {
            TransferSummary summary;
            await using (stream)
            {
                summary = await write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: false);
            return summary;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}

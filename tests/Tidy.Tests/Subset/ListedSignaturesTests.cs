namespace Portal.Tidy.Tests.Subset;

/// <summary>With Orleans itself at hand: what <c>listed.txt</c> says of it is true.</summary>
public sealed class ListedSignaturesTests
{
    [Fact]
    public void Everything_listed_is_in_Orleans()
    {
        var real = new Dictionary<string, ApiType>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(AppContext.BaseDirectory, "Orleans.*.dll"))
        {
            using var reader = new ApiReader(path);
            foreach (var (name, type) in reader.Types()) real[name] = type;
        }
        var missing = ListedSignatures.Read().Where(line => line.Split(" :: ") is not [var type, var member]
            || !real.TryGetValue(type, out var found) || !found.Members.TryGetValue(member, out var known) || known.IsObsolete);
        Assert.Empty(missing);
    }
}

using Portal.Silo.Tests.Shared;
using YamlDotNet.RepresentationModel;

namespace Portal.Silo.Tests.Deploy;

/// <summary>Reads YAML. A key that is there twice is an error of the parser.</summary>
internal static class Yaml
{
    /// <summary>The one document of a file.</summary>
    public static YamlNode Load(string path)
    {
        using var reader = File.OpenText(Repository.PathOf(path));
        var stream = new YamlStream();
        stream.Load(reader);
        return stream.Documents.Single().RootNode;
    }

    /// <summary>The keys of a mapping, in order.</summary>
    public static IReadOnlyList<string> Keys(this YamlNode node) => [.. ((YamlMappingNode)node).Children.Keys.Select(Text)];

    /// <summary>The parts of a list under a key.</summary>
    public static IReadOnlyList<YamlNode> List(this YamlNode node, string key) => [.. ((YamlSequenceNode)node[key]).Children];

    /// <summary>A value as it is written.</summary>
    public static string Text(this YamlNode node) => ((YamlScalarNode)node).Value!;
}

using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Portal.Tidy.Tests.Subset;

/// <summary>Reads what an assembly shows to others out of its file, without loading it or anything it depends on.</summary>
internal sealed class ApiReader : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public ApiReader(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        _metadata = _file.GetMetadataReader();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The visible types, by name.</summary>
    public Dictionary<string, ApiType> Types() => _metadata.TypeDefinitions
        .Select(handle => (Handle: handle, Type: _metadata.GetTypeDefinition(handle)))
        .Where(t => IsVisible(t.Type))
        .Select(t => Read(t.Handle, t.Type))
        .ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The methods of other assemblies that this one calls, by type: proof that they exist with that signature.</summary>
    public ILookup<string, string> Calls() => _metadata.MemberReferences.Select(_metadata.GetMemberReference)
        .Where(m => m.GetKind() == MemberReferenceKind.Method && m.Parent.Kind is HandleKind.TypeReference or HandleKind.TypeSpecification)
        .Select(m => (
            Type: Open(SignatureNames.Instance.Of(_metadata, m.Parent)),
            Member: SignatureNames.Method(_metadata.GetString(m.Name), m.DecodeMethodSignature(SignatureNames.Instance, null))))
        .ToLookup(m => m.Type, m => m.Member, StringComparer.Ordinal);

    /// <summary>The generic type without its arguments.</summary>
    public static string Open(string type) => type.IndexOf('<') is var at and >= 0 ? type[..at] : type;

    private ApiType Read(TypeDefinitionHandle handle, TypeDefinition type)
    {
        var attributes = type.GetCustomAttributes().Select(_metadata.GetCustomAttribute);
        return new ApiType
        {
            Name = SignatureNames.Instance.GetTypeFromDefinition(_metadata, handle, 0),
            IsInterface = type.Attributes.HasFlag(TypeAttributes.Interface),
            IsAbstract = type.Attributes.HasFlag(TypeAttributes.Abstract),
            IsSealed = type.Attributes.HasFlag(TypeAttributes.Sealed),
            Bases = [.. Bases(type)],
            Members = Methods(type).Concat(Fields(type)).ToDictionary(m => m.Key, m => m.Member, StringComparer.Ordinal),
            Required = type.GetProperties().Select(_metadata.GetPropertyDefinition)
                .Where(p => Has(p.GetCustomAttributes(), "System.Runtime.CompilerServices.RequiredMemberAttribute"))
                .Select(p => _metadata.GetString(p.Name)).ToHashSet(StringComparer.Ordinal),
            Constraints = Constraints(type.GetGenericParameters()),
            Usage = attributes.Where(a => NameOf(a) == "System.AttributeUsageAttribute").Select(Usage).FirstOrDefault(),
        };
    }

    private IEnumerable<string> Bases(TypeDefinition type)
    {
        if (!type.BaseType.IsNil) yield return SignatureNames.Instance.Of(_metadata, type.BaseType);
        foreach (var handle in type.GetInterfaceImplementations())
            yield return SignatureNames.Instance.Of(_metadata, _metadata.GetInterfaceImplementation(handle).Interface);
    }

    private IEnumerable<(string Key, ApiMember Member)> Methods(TypeDefinition type) =>
        from handle in type.GetMethods()
        let method = _metadata.GetMethodDefinition(handle)
        let access = method.Attributes & MethodAttributes.MemberAccessMask
        where access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem
        let signature = method.DecodeSignature(SignatureNames.Instance, null)
        select (SignatureNames.Method(_metadata.GetString(method.Name), signature), new ApiMember
        {
            IsPublic = access == MethodAttributes.Public,
            IsVirtual = method.Attributes.HasFlag(MethodAttributes.Virtual) && !method.Attributes.HasFlag(MethodAttributes.Final),
            IsAbstract = method.Attributes.HasFlag(MethodAttributes.Abstract),
            IsObsolete = Has(method.GetCustomAttributes(), "System.ObsoleteAttribute"),
            Parameters = [.. method.GetParameters().Select(_metadata.GetParameter).Where(p => p.SequenceNumber > 0).Select(Parameter)],
            Constraints = Constraints(method.GetGenericParameters()),
        });

    private IEnumerable<(string Key, ApiMember Member)> Fields(TypeDefinition type) =>
        from handle in type.GetFields()
        let field = _metadata.GetFieldDefinition(handle)
        let access = field.Attributes & FieldAttributes.FieldAccessMask
        where access is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem
        let sharing = field.Attributes.HasFlag(FieldAttributes.Static) ? "static field " : "field "
        let typeName = field.DecodeSignature(SignatureNames.Instance, null)
        select ($"{sharing}{_metadata.GetString(field.Name)} : {typeName}", new ApiMember
        {
            IsPublic = access == FieldAttributes.Public,
            IsVirtual = false,
            IsAbstract = false,
            IsObsolete = Has(field.GetCustomAttributes(), "System.ObsoleteAttribute"),
            Parameters = [],
            Constraints = [],
            Constant = Value(field.GetDefaultValue()),
        });

    private string Parameter(Parameter parameter) => _metadata.GetString(parameter.Name)
        + (parameter.Attributes.HasFlag(ParameterAttributes.Optional) ? " = " + Value(parameter.GetDefaultValue()) : "");

    private List<string> Constraints(GenericParameterHandleCollection parameters) =>
    [
        .. parameters.Select(_metadata.GetGenericParameter).SelectMany(parameter => parameter.GetConstraints()
            .Select(c => SignatureNames.Instance.Of(_metadata, _metadata.GetGenericParameterConstraint(c).Type))
            .Append((parameter.Attributes & GenericParameterAttributes.SpecialConstraintMask).ToString())
            .Where(text => text != nameof(GenericParameterAttributes.None))
            .Select(text => $"{parameter.Index}: {text}")),
    ];

    private string? Value(ConstantHandle handle)
    {
        if (handle.IsNil) return null;
        var constant = _metadata.GetConstant(handle);
        var value = _metadata.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode);
        return Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "null";
    }

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic => IsVisible(_metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private bool Has(CustomAttributeHandleCollection attributes, string name) =>
        attributes.Select(_metadata.GetCustomAttribute).Any(attribute => NameOf(attribute) == name);

    private string NameOf(CustomAttribute attribute) => SignatureNames.Instance.Of(
        _metadata,
        attribute.Constructor.Kind == HandleKind.MethodDefinition
            ? _metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType()
            : _metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent);

    // The blob: a prolog, the targets as int32, then the number of named values and each as kind, type, name, value.
    private ApiUsage Usage(CustomAttribute attribute)
    {
        var blob = _metadata.GetBlobReader(attribute.Value);
        blob.ReadUInt16();
        var usage = new ApiUsage((AttributeTargets)blob.ReadInt32(), AllowMultiple: false, Inherited: true);
        for (var named = blob.ReadUInt16(); named > 0; named--)
        {
            blob.ReadUInt16();
            var name = blob.ReadSerializedString();
            var value = blob.ReadBoolean();
            usage = name == nameof(ApiUsage.AllowMultiple) ? usage with { AllowMultiple = value } : usage with { Inherited = value };
        }
        return usage;
    }
}

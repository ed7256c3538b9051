namespace Portal.Tidy.Tests.Style;

/// <summary>One feature, one folder name, in every project. A new feature is added here first, on purpose.</summary>
public sealed class FolderTests
{
    private static readonly string[] Features =
    [
        "Organisations", "Staff", "Patients", "Credentials", "Invitations", "OneTimeCodes", "Sessions", "PatientLinks",
        "Registration", "Appointments", "Booking", "ClinicalRecords", "Billing", "Questionnaires", "Kiosk", "Inbox",
        "Documents", "Relationships", "Onboarding", "Import", "Messages", "Audit", "Adoption", "Help",
    ];

    // Project, and what it may hold beside the features. A project that is not listed is not cut by features.
    private static readonly (string Project, string[] Others)[] Projects =
    [
        ("src/Grains.Abstractions", ["Shared"]),
        ("src/Grains", ["Shared"]),
        ("src/Web", ["Shared", "wwwroot", "Properties"]),
        ("tests/Grains.Tests", ["Shared", "Engine"]),
        ("tests/Web.Tests", ["Shared", "Hosting"]),
    ];

    [Fact]
    public void Folders_carry_the_names_of_features() => Offence.None(
        from project in Projects
        from folder in Repository.Folders(project.Project)
        where !Features.Contains(folder) && !project.Others.Contains(folder)
        select new Offence($"{project.Project}/{folder}", 1, $"'{folder}' is no feature: {string.Join(", ", Features)}"));

    [Fact]
    public void Code_of_a_feature_lies_in_its_folder() => Offence.None(
        from project in Projects
        where project.Project.StartsWith("src/Grains", StringComparison.Ordinal)
        from path in Repository.Files(project.Project, ".cs")
        where path.Split('/').Length < 4
        select new Offence(path, 1, "lies in no feature's folder"));

    [Fact]
    public void Namespaces_follow_the_folders() => Offence.None(
        from file in Repository.Source
        where !file.Path.StartsWith("src/Grains.Embedded/", StringComparison.Ordinal) // the stand-in has Orleans' namespaces
        where file.Segments is not ["src", "Silo", "Engines", ..] // the two engines are one name, of which a build has one
        let expected = "Portal." + string.Join('.', file.Segments[1..^1])
        from name in file.Nodes<Microsoft.CodeAnalysis.CSharp.Syntax.BaseNamespaceDeclarationSyntax>()
        where name.Name.ToString() != expected
        select file.At(name.Name, $"namespace {name.Name} in a folder that says {expected}"));
}

using Portal.Tests;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Portal.Grains.Tests.Patients;

/// <summary>A fact of a base class, run on every dialect; on PostgreSQL it is discovered only when the environment asks for it.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Portal.Grains.Tests.Patients.DirectoryFactDiscoverer", "Portal.Grains.Tests")]
public sealed class DirectoryFactAttribute : FactAttribute;

/// <summary>Same, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Portal.Grains.Tests.Patients.DirectoryTheoryDiscoverer", "Portal.Grains.Tests")]
public sealed class DirectoryTheoryAttribute : TheoryAttribute;

public sealed class DirectoryFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    /// <summary>Whether tests of the class can run here.</summary>
    public static bool IsWanted(ITestMethod method) =>
        PostgresServer.IsAsked || !method.TestClass.Class.GetCustomAttributes(typeof(TraitAttribute)).Any();

    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        IsWanted(method) ? base.Discover(options, method, fact) : [];
}

public sealed class DirectoryTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo theory) =>
        DirectoryFactDiscoverer.IsWanted(method) ? base.Discover(options, method, theory) : [];
}

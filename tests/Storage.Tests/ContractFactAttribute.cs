using Portal.Tests;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Portal.Storage.Tests;

/// <summary>
/// A fact of a base class, run for every kind of database; on PostgreSQL it is discovered only when the environment asks for it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Portal.Storage.Tests.ContractFactDiscoverer", "Portal.Storage.Tests")]
public sealed class ContractFactAttribute : FactAttribute;

public sealed class ContractFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        PostgresServer.IsAsked || !method.TestClass.Class.GetCustomAttributes(typeof(TraitAttribute)).Any()
            ? base.Discover(options, method, fact)
            : [];
}

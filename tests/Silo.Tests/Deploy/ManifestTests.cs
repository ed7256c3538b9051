using System.Text.RegularExpressions;
using Portal.Silo.Hosting;
using Portal.Silo.Settings;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Deploy;

/// <summary>
/// The manifests against small schemas: what has to be there, and no key that is unknown, as a mistyped one would be ignored in silence.
/// </summary>
public sealed partial class ManifestTests
{
    private const string Uid = "1654";

    private static readonly Dictionary<string, string[]> KnownKeys = new()
    {
        ["Namespace"] = [],
        ["ConfigMap"] = ["data"],
        ["Secret"] = ["type", "stringData"],
        ["Deployment"] = ["spec"],
        ["Service"] = ["spec"],
        ["PodDisruptionBudget"] = ["spec"],
        ["NetworkPolicy"] = ["spec"],
        ["Ingress"] = ["spec"],
    };

    private static readonly Dictionary<string, string> Versions = new()
    {
        ["Namespace"] = "v1",
        ["ConfigMap"] = "v1",
        ["Secret"] = "v1",
        ["Deployment"] = "apps/v1",
        ["Service"] = "v1",
        ["PodDisruptionBudget"] = "policy/v1",
        ["NetworkPolicy"] = "networking.k8s.io/v1",
        ["Ingress"] = "networking.k8s.io/v1",
    };

    private static readonly string[] PodKeys =
    [
        "automountServiceAccountToken", "enableServiceLinks", "terminationGracePeriodSeconds", "securityContext", "affinity",
        "topologySpreadConstraints", "containers", "volumes",
    ];

    private static readonly string[] ContainerKeys =
    [
        "name", "image", "ports", "envFrom", "env", "startupProbe", "livenessProbe", "readinessProbe", "resources", "securityContext",
        "volumeMounts",
    ];

    private static readonly string[] ServiceKeys =
    [
        "image", "build", "user", "read_only", "tmpfs", "cap_drop", "security_opt", "restart", "stop_grace_period", "init", "depends_on",
        "secrets", "mem_limit", "environment", "networks", "command", "volumes", "healthcheck", "sysctls", "ports", "ulimits",
    ];

    [Fact]
    public void Every_Kubernetes_manifest_has_its_kind_version_name_and_no_key_that_is_unknown()
    {
        var kustomization = Yaml.Load("deploy/kubernetes/kustomization.yaml");
        var listed = kustomization.List("resources").Select(r => r.Text()).ToList();
        Assert.All(listed, file => Assert.True(File.Exists(Repository.PathOf($"deploy/kubernetes/{file}")), file));
        var there = Repository.Files("deploy/kubernetes", "*.yaml").Select(p => Path.GetFileName(p)!).ToList();
        Assert.Equal(there.Except(["kustomization.yaml", "secret.example.yaml"]), listed.Order(StringComparer.Ordinal));
        foreach (var file in there.Except(["kustomization.yaml"]))
        {
            var manifest = Yaml.Load($"deploy/kubernetes/{file}");
            var kind = manifest["kind"].Text();
            Assert.Equal(Versions[kind], manifest["apiVersion"].Text());
            Assert.Equal("portal", manifest["metadata"]["name"].Text());
            Assert.Equal([], manifest.Keys().Except(["apiVersion", "kind", "metadata", .. KnownKeys[kind]]));
        }
    }

    [Fact]
    public void The_deployment_may_nothing_and_replaces_one_pod_at_a_time()
    {
        var spec = Yaml.Load("deploy/kubernetes/deployment.yaml")["spec"];
        Assert.Equal("3", spec["replicas"].Text());
        Assert.Equal("0", spec["strategy"]["rollingUpdate"]["maxUnavailable"].Text());
        var pod = spec["template"]["spec"];
        Assert.Equal([], pod.Keys().Except(PodKeys));
        Assert.Equal("false", pod["automountServiceAccountToken"].Text());
        Assert.Equal("true", pod["securityContext"]["runAsNonRoot"].Text());
        Assert.Equal(Uid, pod["securityContext"]["runAsUser"].Text());
        Assert.Equal("RuntimeDefault", pod["securityContext"]["seccompProfile"]["type"].Text());
        Assert.Contains("preferredDuringSchedulingIgnoredDuringExecution", pod["affinity"]["podAntiAffinity"].Keys());
        var container = Assert.Single(pod.List("containers"));
        Assert.Equal([], container.Keys().Except(ContainerKeys));
        var rights = container["securityContext"];
        Assert.Equal("false", rights["allowPrivilegeEscalation"].Text());
        Assert.Equal("true", rights["readOnlyRootFilesystem"].Text());
        Assert.Equal(["ALL"], rights["capabilities"].List("drop").Select(c => c.Text()));
        Assert.NotEmpty(container["resources"]["requests"].Keys());
        Assert.NotEmpty(container["resources"]["limits"].Keys());
    }

    [Fact]
    public void Probes_ask_what_there_is_and_wait_longer_than_the_answer_takes()
    {
        var container = Yaml.Load("deploy/kubernetes/deployment.yaml")["spec"]["template"]["spec"].List("containers")[0];
        var ports = container.List("ports").Select(p => p["name"].Text()).ToList();
        foreach (var (probe, path) in new[] { ("startup", "live"), ("liveness", "live"), ("readiness", "ready") })
        {
            var asked = container[probe + "Probe"];
            Assert.Equal("/health/" + path, asked["httpGet"]["path"].Text());
            Assert.Contains(asked["httpGet"]["port"].Text(), ports);
            Assert.True(int.Parse(asked["timeoutSeconds"].Text()) > HealthChecks.Limit.TotalSeconds);
        }
    }

    [Fact]
    public void Everybody_waits_for_a_silo_to_drain()
    {
        var limit = Draining.Limit.TotalSeconds;
        var pod = Yaml.Load("deploy/kubernetes/deployment.yaml")["spec"]["template"]["spec"];
        Assert.True(int.Parse(pod["terminationGracePeriodSeconds"].Text()) > limit);
        Assert.True(int.Parse(Yaml.Load("deploy/compose/compose.yaml")["x-silo"]["stop_grace_period"].Text().TrimEnd('s')) > limit);
        var unit = File.ReadAllText(Repository.PathOf("deploy/systemd/portal.service"));
        Assert.True(int.Parse(StopSeconds().Match(unit).Groups[1].Value) > limit);
    }

    [Fact]
    public void Compose_has_a_database_three_silos_and_a_balancer_that_knows_each_of_them()
    {
        var compose = Yaml.Load("deploy/compose/compose.yaml");
        var services = compose["services"];
        Assert.Equal(["postgres", "silo-1", "silo-2", "silo-3", "balancer"], services.Keys());
        var balancer = File.ReadAllText(Repository.PathOf("deploy/compose/haproxy.cfg"));
        foreach (var name in services.Keys())
        {
            var own = services[name].Keys().Where(key => key != "<<");
            Assert.Equal([], own.Except(ServiceKeys));
            if (!name.StartsWith("silo", StringComparison.Ordinal)) continue;
            var address = services[name]["networks"]["inner"]["ipv4_address"].Text();
            Assert.Equal(address, services[name]["environment"]["Portal__Cluster__Address"].Text());
            Assert.Contains($"server {name} {address}:8080 cookie", balancer);
        }

        var silo = compose["x-silo"];
        Assert.Equal([], silo.Keys().Except(ServiceKeys));
        Assert.Equal("true", silo["read_only"].Text());
        Assert.StartsWith(Uid, silo["user"].Text());
        Assert.Equal(["ALL"], silo.List("cap_drop").Select(c => c.Text()));
        var trusted = compose["x-settings"]["Portal__TrustedProxies"].Text();
        Assert.Equal(services["balancer"]["networks"]["inner"]["ipv4_address"].Text(), trusted);
        Assert.Equal([], silo.List("secrets").Select(s => s.Text()).Except(compose["secrets"].Keys()));
    }

    [Fact]
    public void Every_setting_in_a_manifest_is_known()
    {
        var files = Repository.Files("deploy", "*").Where(file => Path.GetExtension(file) is not ".json");
        var named = files.SelectMany(file => Names().Matches(File.ReadAllText(file)))
            .Select(match => match.Value.Replace("__", ":", StringComparison.Ordinal)).Distinct().ToList();
        Assert.Contains("Portal:Cluster:Address", named);
        Assert.Equal([], named.Except(KnownSettings.Keys));
    }

    [Fact]
    public void The_image_is_built_in_stages_runs_as_nobody_and_checks_its_health()
    {
        var lines = File.ReadAllLines(Repository.PathOf("deploy/Dockerfile"));
        Assert.Equal(2, lines.Count(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.Contains("USER " + Uid, lines);
        Assert.Contains(lines, line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal)
            && line.Contains($"\"{HealthProbe.Command}\"", StringComparison.Ordinal));
        var copied = lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from"))
            .SelectMany(line => line.Split(' ')[1..^1]);
        Assert.All(copied, path => Assert.True(Path.Exists(Repository.PathOf(path)), path));
        // Every project that the silo is made of is restored before the sources come.
        var projects = Repository.Files("src", "*.csproj").Select(p => "src/" + Path.GetRelativePath(Repository.PathOf("src"), p));
        Assert.Equal([], projects.Except(lines.SelectMany(line => line.Split(' '))));
    }

    [GeneratedRegex(@"\bPortal__[A-Za-z]+(?:__[A-Za-z]+)*")]
    private static partial Regex Names();

    [GeneratedRegex(@"TimeoutStopSec=(\d+)")]
    private static partial Regex StopSeconds();
}

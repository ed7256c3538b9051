using Xunit;

namespace Portal.Browser.Tests;

/// <summary>One portal for all tests of a class, each of which takes patients of its own.</summary>
public sealed class RunningPortal : IAsyncLifetime
{
    private StaffPerson? _erin;
    private int _taken;
    private int _newcomers;

    public PortalProcess Process { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Chromium.IsAsked) Process = await PortalProcess.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }

    /// <summary>Erin, who signs in once: an authenticator code works once.</summary>
    public async Task<StaffPerson> ErinAsync(Chromium chromium)
    {
        if (_erin is not null) return _erin;
        var page = await chromium.OpenAsync(Process.Address, Screen.Desktop);
        var erin = new StaffPerson(Process, page, Process.Riverside, Process.Riverside.Erin);
        await erin.SignInAsync();
        return _erin = erin;
    }

    /// <summary>
    /// A patient's phone with a browser of its own, a minute later than what was before: all of them come from one address, from which ten
    /// codes are tried in a minute.
    /// </summary>
    public async Task<PatientPerson> PhoneAsync(Chromium chromium)
    {
        await Process.AdvanceAsync(TimeSpan.FromMinutes(1));
        return new PatientPerson(Process, await chromium.OpenAsync(Process.Address, Screen.Phone), Process.Riverside);
    }

    /// <summary>A patient whom no other test uses, and who can sign in.</summary>
    public DemoPatient NextPatient() =>
        Process.Riverside.Patients.Where(p => p is { Access: "can_access", AuthEmail: not null }).ElementAt(_taken++);

    /// <summary>A patient whom no other test uses, and who has neither access nor anything to sign in with.</summary>
    public DemoPatient NextNewcomer() =>
        Process.Riverside.Patients.Where(p => p is { Access: "no_access", AuthEmail: null, Username: null }).ElementAt(_newcomers++);
}

using Orleans;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>By which way a session began; part of the audit log. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.SignInWay")]
public enum SignInWay
{
    /// <summary>It goes on from another key: elevated, proved anew, or after a staff member's second step.</summary>
    Continued = 0,

    /// <summary>The code of a credential.</summary>
    Code = 1,

    /// <summary>An invitation and its code.</summary>
    Invitation = 2,

    /// <summary>A patient link and its code.</summary>
    Link = 3,

    /// <summary>A password.</summary>
    Password = 4,

    /// <summary>A patient's temporary password, which leads no further than to a new one.</summary>
    TemporaryPassword = 5,

    /// <summary>The link that confirmed an online registration.</summary>
    Registration = 50,

    /// <summary>Staff handed a tablet to the patient.</summary>
    Kiosk = 51,
}

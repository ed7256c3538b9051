using System.Globalization;
using System.Security.Cryptography;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.OneTimeCodes;

/// <summary>Makes codes and challenge names, and the form in which a code is stored. The rules know only the stored form.</summary>
public static class OneTimeCodeGenerator
{
    private const int Codes = 1_000_000;

    /// <summary>Six digits, each of the million codes equally likely, from the system's cryptographic generator.</summary>
    public static string NewCode() =>
        RandomNumberGenerator.GetInt32(Codes).ToString($"D{OneTimeCodeLimits.Digits}", CultureInfo.InvariantCulture);

    /// <summary>Names a challenge. No secret, and never sent to a browser.</summary>
    public static string NewChallengeId() => Ids.New("c");

    /// <summary>The stored form of a code: keyed, and bound to the organisation, the credential and the challenge.</summary>
    /// <param name="hash">The keys.</param>
    /// <param name="key">Key of the code's grain, which names organisation and credential.</param>
    /// <param name="challengeId">The challenge.</param>
    /// <param name="code">Six digits.</param>
    public static string Hash(KeyedHash hash, string key, string challengeId, string code) =>
        hash.Hex(KeyedHash.Code, key, challengeId, code);
}

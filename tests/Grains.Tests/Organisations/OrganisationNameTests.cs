using Portal.Grains.Abstractions.Shared;
using Xunit;

namespace Portal.Grains.Tests.Organisations;

public sealed class OrganisationNameTests
{
    [Theory]
    [InlineData("riverside", true)]
    [InlineData("cafe", true)]
    [InlineData("24-7-clinic", true)]
    [InlineData("Riverside", false)]
    [InlineData("-riverside", false)]
    [InlineData("r", false)]
    public void A_name_is_lower_case_letters_digits_and_hyphens(string name, bool accepted) =>
        Assert.Equal(accepted, GrainKeys.IsOrganisation(name));

    [Theory]
    [InlineData("0cafe")]
    [InlineData("00000000000000000000000000000001")]
    public void Two_names_that_storage_would_take_for_one_number_are_refused(string name) => Assert.False(GrainKeys.IsOrganisation(name));
}

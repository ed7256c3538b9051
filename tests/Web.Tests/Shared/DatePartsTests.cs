using Portal.Web.Shared;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed class DatePartsTests
{
    [Theory]
    [InlineData("27", "3", "1985", "1985-03-27")]
    [InlineData(" 1 ", "01", "2000", "2000-01-01")]
    [InlineData("29", "2", "2024", "2024-02-29")]
    [InlineData("5", "March", "1990", "1990-03-05")]
    [InlineData("5", "sept.", "1990", "1990-09-05")]
    public void A_real_date_is_read_as_it_is_typed(string day, string month, string year, string date)
    {
        Assert.True(new DateParts(day, month, year).TryRead(out var read));
        Assert.Equal(DateOnly.Parse(date), read);
    }

    [Theory]
    [InlineData("31", "2", "1985")]
    [InlineData("29", "2", "2023")]
    [InlineData("0", "1", "2000")]
    [InlineData("1", "13", "2000")]
    [InlineData("1", "ma", "2000")]
    [InlineData("1", "xyz", "2000")]
    [InlineData("1", "1", "85")]
    [InlineData("1", "1", "20000")]
    [InlineData("-1", "1", "2000")]
    [InlineData("١", "1", "2000")]
    [InlineData(null, "1", "2000")]
    [InlineData("1", null, "2000")]
    [InlineData("1", "1", null)]
    public void What_is_no_date_is_refused(string? day, string? month, string? year) =>
        Assert.False(new DateParts(day, month, year).TryRead(out _));

    [Fact]
    public void A_date_survives_being_shown_for_editing()
    {
        Assert.True(DateParts.Of(new DateOnly(1985, 3, 7)).TryRead(out var read));
        Assert.Equal(new DateOnly(1985, 3, 7), read);
        Assert.True(new DateParts("", " ", null).IsEmpty);
    }
}

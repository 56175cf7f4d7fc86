using HotStandby.Agent.Lab;
using HotStandby.Agent.Vrrp;

namespace HotStandby.EndToEndTests.Lab;

public sealed class AnswerLogTests
{
    private static readonly MonotonicTime Origin = new(1_000_000_000);

    [Fact]
    public void The_longest_gap_lies_between_two_answers()
    {
        AnswerLog log = LogOf((0, "a"), (1, "a"), (51, "b"), (52, "b"));

        AnswerGap gap = log.LongestGap(At(0), At(53));

        Assert.Equal(new AnswerGap(At(1), At(51), "a", "b"), gap);
        Assert.Equal(50, gap.Length.Milliseconds);
    }

    [Fact]
    public void A_gap_that_begins_before_the_window_counts_from_the_answer_before_it()
    {
        Assert.Equal(new AnswerGap(At(0), At(30), "a", "b"), LogOf((0, "a"), (30, "b")).LongestGap(At(5), At(31)));
    }

    [Fact]
    public void A_gap_that_is_still_open_counts_to_the_end_of_the_window()
    {
        Assert.Equal(new AnswerGap(At(1), At(100), "a", null), LogOf((0, "a"), (1, "a"), (200, "b")).LongestGap(At(0), At(100)));
    }

    [Fact]
    public void Without_any_answer_the_whole_window_is_the_gap()
    {
        Assert.Equal(new AnswerGap(At(3), At(9), null, null), new AnswerLog().LongestGap(At(3), At(9)));
    }

    [Fact]
    public void Between_includes_both_ends()
    {
        Assert.Equal(["b", "c"], LogOf((0, "a"), (1, "b"), (2, "c"), (3, "d")).Between(At(1), At(2)).Select(answer => answer.Responder));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nweb1\n", "web1")]
    [InlineData("HTTP/1.1 200 \r\n\r\nweb1\r\n", "web1")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nweb", null)]
    [InlineData("HTTP/1.1 200 OK\r\n", null)]
    [InlineData("HTTP/1.1 503 Busy\r\n\r\nweb1\n", null)]
    public void Only_a_whole_200_is_an_answer(string received, string? body)
    {
        bool whole = ProbeAnswerParser.TryRead(System.Text.Encoding.ASCII.GetBytes(received), out ReadOnlySpan<byte> found);

        Assert.Equal(body, whole ? ProbeAnswerParser.Name(found, ["web1"]) : null);
    }

    private static MonotonicTime At(long milliseconds) => Origin + Duration.FromMilliseconds(milliseconds);

    private static AnswerLog LogOf(params (long At, string Responder)[] answers)
    {
        var log = new AnswerLog();
        foreach ((long at, string responder) in answers)
        {
            log.Add(At(at), responder);
        }

        return log;
    }
}

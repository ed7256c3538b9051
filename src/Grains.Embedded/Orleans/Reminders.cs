using Orleans.Runtime;
using Portal.Grains.Embedded;

namespace Orleans.Runtime
{
    /// <summary>A registered reminder.</summary>
    public interface IGrainReminder
    {
        /// <summary>Its name, unique within its grain.</summary>
        string ReminderName { get; }
    }

    /// <summary>What a reminder says when it fires. Times are UTC.</summary>
    public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
    {
        /// <summary>When this tick was due (here: the tick itself, as the first one is not kept).</summary>
        public DateTime FirstTickTime => firstTickTime;

        /// <summary>The time between ticks.</summary>
        public TimeSpan Period => period;

        /// <summary>When it really fired.</summary>
        public DateTime CurrentTickTime => timeStamp;

        /// <inheritdoc/>
        public override string ToString() => $"<{firstTickTime}, {period}, {timeStamp}>";
    }
}

namespace Orleans
{
    /// <summary>A grain that reminders may wake.</summary>
    public interface IRemindable : IGrain
    {
        /// <summary>
        /// A reminder fired: on time, late or a second time. An error is logged and the next tick comes after the period.
        /// </summary>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    /// <summary>Reminders: wake-ups that survive the process. They cost a row each and no memory.</summary>
    public static class GrainReminderExtensions
    {
        /// <summary>Registers a reminder or sets its times anew.</summary>
        /// <param name="grain">Has to be <see cref="IRemindable"/>.</param>
        /// <param name="reminderName">Unique within the grain.</param>
        /// <param name="dueTime">Until the first tick; zero or more.</param>
        /// <param name="period">Between ticks; a minute or more. A reminder that is to fire once unregisters itself when it does.</param>
        public static Task<IGrainReminder> RegisterOrUpdateReminder(
            this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
            Of(grain).RegisterAsync(grain.Activation, reminderName, dueTime, period);

        /// <summary>Removes a reminder; a tick that is already on its way may still come.</summary>
        public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) =>
            Of(grain).UnregisterAsync(grain.Activation, reminder);

        /// <summary>The reminder of that name, or null.</summary>
        public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) =>
            Of(grain).FindAsync(grain.Activation, reminderName);

        /// <summary>All reminders of the grain.</summary>
        public static Task<List<IGrainReminder>> GetReminders(this Grain grain) => Of(grain).AllAsync(grain.Activation);

        private static Reminders Of(Grain grain) => grain.Activation.Silo.Reminders;
    }
}

// Every class works in networks of its own and mostly waits: more of them at once than there are processors is fine.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]

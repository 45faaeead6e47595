# Name servers and cancel requests without an answer; what runs is t/threads.py.
exec 'python3', 't/threads.py', @ARGV or die "python3: $!\n";

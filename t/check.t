# nginx -t against the database: what it refuses and how it says so, what it
# lets pass, and that it leaves no trace; what runs is t/check.py.
exec 'python3', 't/check.py', @ARGV or die "python3: $!\n";

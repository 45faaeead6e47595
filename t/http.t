# Requests as they come over the wire; what runs is t/http.py.
exec 'python3', 't/http.py', @ARGV or die "python3: $!\n";

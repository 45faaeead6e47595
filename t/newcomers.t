# nginx -t of what people write who come from elsewhere: t/newcomers.py.
exec 'python3', 't/newcomers.py', @ARGV or die "python3: $!\n";

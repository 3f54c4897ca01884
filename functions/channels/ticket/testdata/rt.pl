# What a shop sets up in Request Tracker: a queue, a user with the rights that docs/tickets.md
# lists, and an authentication token. A second user may not change tickets.
use utf8;
@Queues = ({ Name => 'Kundeservice' });
@Users  = map { { Name => $_, Privileged => 1 } } qw(redthread newcomer);
my @rights = qw(SeeQueue CreateTicket ShowTicket ShowTicketComments CommentOnTicket);
@ACL = (
    (map { { UserId => 'redthread', Queue => 'Kundeservice', Right => $_ } } @rights, 'ModifyTicket'),
    (map { { UserId => 'newcomer',  Queue => 'Kundeservice', Right => $_ } } @rights),
);
@Final = (sub {
    for my $name (qw(redthread newcomer)) {
        my $user = RT::User->new(RT->SystemUser);
        $user->Load($name);
        my (undef, $why, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->Id, Description => 'redthread');
        open my $file, '>', "$ENV{RT_TOKENS}/$name" or die $!;
        print $file $token or die $why;
        close $file or die $!;
    }
});
1;

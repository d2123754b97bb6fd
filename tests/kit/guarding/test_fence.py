import pytest

from labs.kit.guarding.fence import fenced, written
from labs.kit.guarding.telling import LearnerError
from labs.proxies.balancing.algorithms import Request, Server, round_robin
from labs.proxies.balancing.balance import balance


def mine(items):
    items.append("mine")
    return items


def broken(servers, memory, request):
    return servers[99], memory


def test_the_courses_own_code_is_called_as_it_is():
    assert fenced(round_robin) is round_robin
    assert fenced(balance, None, round_robin) is balance
    assert fenced(balance, None) is balance


def test_a_learners_function_gets_copies_and_its_mistakes_are_sentences():
    items = ["here"]
    assert fenced(mine)(items) == ["here", "mine"] and items == ["here"]
    with pytest.raises(LearnerError) as caught:
        fenced(broken)([], {}, None)
    assert "IndexError" in caught.value.sentence and "servers[99]" in caught.value.sentence


def test_a_whole_run_is_fenced_once_for_the_function_that_is_the_learners():
    def run(pick, items):
        items.append("run")
        return [pick(items) for _ in range(3)]

    fence, items = fenced(run, None, round_robin, mine), []
    assert fence.learner is mine
    assert fence(mine, items)[0] is items, "the run's own arguments are not copied"
    with pytest.raises(LearnerError) as caught:
        fenced(balance, broken)(pick=broken)
    assert "servers[99]" in caught.value.sentence


def test_calls_share_their_time_where_they_are_given_a_total():
    def slow():
        while True:
            pass

    fence = fenced(slow, total=0.1)
    for _ in range(2):
        with pytest.raises(LearnerError) as caught:
            fence()
        assert "0.1 s together" in caught.value.sentence


def test_what_is_still_to_be_written_is_stood_in_for(capsys):
    def balancer(servers, memory, request):
        raise NotImplementedError

    example = [Server("a")], {}, Request()
    assert written(balancer, round_robin, *example) is round_robin
    assert capsys.readouterr().out == "balancer is still to be written: the course's own stands in for it.\n"
    assert written(broken, round_robin, *example) is broken, "a mistake is the learner's to see"
    assert written(round_robin, broken, *example) is round_robin


def test_what_a_model_refuses_of_an_answer_is_told_in_the_models_own_words():
    from labs.queues.buffer.buffer import buffer

    def nothing(waiting, message, bound, policy):
        return None

    with pytest.raises(LearnerError) as caught:
        fenced(buffer, nothing)(offer=nothing, bound=5)
    told = "offer must return three things: who waits now, what the producer is told, who is lost."
    assert caught.value.sentence == told
